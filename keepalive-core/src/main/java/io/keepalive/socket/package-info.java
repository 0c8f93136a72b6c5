/**
 * Applies a policy to sockets and channels, reads it back, reports the result, and keeps it in force.
 *
 * <p>Thread-safe unless a type says otherwise.
 */
@NullMarked
package io.keepalive.socket;

import org.jspecify.annotations.NullMarked;
