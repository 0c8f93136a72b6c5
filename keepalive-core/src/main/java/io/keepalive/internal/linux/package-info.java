/**
 * Linux below the JDK: descriptors, system calls, {@code /proc}. Not an API: exported to this project's modules only.
 */
@NullMarked
package io.keepalive.internal.linux;

import org.jspecify.annotations.NullMarked;
