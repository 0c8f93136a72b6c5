@NullMarked
package io.keepalive.cli.relay.engine;

import org.jspecify.annotations.NullMarked;
