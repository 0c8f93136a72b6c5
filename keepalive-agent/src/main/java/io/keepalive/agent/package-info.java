/**
 * The agent. Where to start: a JVM loads {@code KeepAliveAgent}, which runs {@code Agent}; {@code Hooks} edits the JDK's and
 * Netty's classes, {@code Keeper} receives their events, {@code ConnectionKeeper} applies the settings to a connection,
 * {@code OptionCalls} judges the program's own calls, {@code Losses} counts how connections end.
 */
@NullMarked
package io.keepalive.agent;

import org.jspecify.annotations.NullMarked;
