/**
 * The story of a connection that a NAT forgets, beside one that it doesn't.
 *
 * <p>A {@code Stage} (the lab, or a proxy standing in for it) has a box between a client and a server and tells
 * {@code Facts}. The {@code Story} sees nothing else: it says what happened, who writes next, and whether all went as
 * told. A {@code Renderer} shows it. {@code Demo} puts them together.
 */
@NullMarked
package io.keepalive.cli.demo;

import org.jspecify.annotations.NullMarked;
