/** Text forms and kernel arithmetic that several packages share. Not an API: exported to this project's modules only. */
@NullMarked
package io.keepalive.internal;

import org.jspecify.annotations.NullMarked;
