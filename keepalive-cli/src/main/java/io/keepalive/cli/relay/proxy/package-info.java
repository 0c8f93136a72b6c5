/** The PROXY protocol, versions 1 and 2: https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt. */
@NullMarked
package io.keepalive.cli.relay.proxy;

import org.jspecify.annotations.NullMarked;
