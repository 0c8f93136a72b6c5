@NullMarked
package io.keepalive.cli.relay;

import org.jspecify.annotations.NullMarked;
