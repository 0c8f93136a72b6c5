/** Tests of the JUnit extension. */
@NullMarked
package io.keepalive.lab.junit;

import org.jspecify.annotations.NullMarked;
