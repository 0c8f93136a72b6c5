/**
 * Keepalive for Netty. Start with {@link io.keepalive.netty.ChannelKeeper}.
 *
 * <p>Nothing is decided here: what an option is worth and what becomes of it, core says. This package knows how each
 * transport is reached, and when.
 */
@NullMarked
package io.keepalive.netty;

import org.jspecify.annotations.NullMarked;
