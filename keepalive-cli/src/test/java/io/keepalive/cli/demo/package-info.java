@NullMarked
package io.keepalive.cli.demo;

import org.jspecify.annotations.NullMarked;
