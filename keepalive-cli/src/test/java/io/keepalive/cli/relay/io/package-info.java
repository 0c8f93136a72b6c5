@NullMarked
package io.keepalive.cli.relay.io;

import org.jspecify.annotations.NullMarked;
