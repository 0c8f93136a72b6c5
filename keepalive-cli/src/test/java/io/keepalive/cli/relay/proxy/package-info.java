@NullMarked
package io.keepalive.cli.relay.proxy;

import org.jspecify.annotations.NullMarked;
