@NullMarked
package io.keepalive.cli.relay.tls;

import org.jspecify.annotations.NullMarked;
