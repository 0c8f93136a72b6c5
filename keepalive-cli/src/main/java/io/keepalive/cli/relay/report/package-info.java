/** What a relay tells its operator: a line for each connection, counters, a metrics page, a status line. */
@NullMarked
package io.keepalive.cli.relay.report;

import org.jspecify.annotations.NullMarked;
