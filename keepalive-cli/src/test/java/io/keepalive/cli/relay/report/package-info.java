@NullMarked
package io.keepalive.cli.relay.report;

import org.jspecify.annotations.NullMarked;
