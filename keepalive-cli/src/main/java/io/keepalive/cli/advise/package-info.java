/** System-wide keepalive settings for programs that can't be changed, written for each platform. */
@NullMarked
package io.keepalive.cli.advise;

import org.jspecify.annotations.NullMarked;
