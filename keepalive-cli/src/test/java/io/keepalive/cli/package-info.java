@NullMarked
package io.keepalive.cli;

import org.jspecify.annotations.NullMarked;
