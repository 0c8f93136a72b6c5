/** JUnit Jupiter tests with a NAT: {@link io.keepalive.lab.junit.WithNatLab}. JUnit 5.13 or newer, or 6. */
@NullMarked
package io.keepalive.lab.junit;

import org.jspecify.annotations.NullMarked;
