/**
 * The agent. Where to start: {@code KeepAliveAgent} is what a JVM loads, {@code Agent} what runs, {@code Keeper} what
 * happens to a connection, {@code Hooks} how it gets to know of one.
 */
@NullMarked
package io.keepalive.agent;

import org.jspecify.annotations.NullMarked;
