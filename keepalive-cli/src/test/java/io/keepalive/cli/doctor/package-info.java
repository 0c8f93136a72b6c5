@NullMarked
package io.keepalive.cli.doctor;

import org.jspecify.annotations.NullMarked;
