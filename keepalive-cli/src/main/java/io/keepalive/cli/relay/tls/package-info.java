/** TLS between two relays: the stores, and an encrypted channel for a selector loop. */
@NullMarked
package io.keepalive.cli.relay.tls;

import org.jspecify.annotations.NullMarked;
