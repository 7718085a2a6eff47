"""Web Push: encrypted for the browser alone (RFC 8291), signed with the site's own key (RFC 8292), sent to where it says."""
