package io.keepalive.lab.junit;

import io.keepalive.lab.Expiry;
import io.keepalive.lab.NatLab;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test a {@link NatLab}: as a parameter of a test method, a lifecycle method or a constructor.
 *
 * <pre>{@code
 * @Test
 * @WithNatLab(idleTimeoutSeconds = 4, onExpiry = Expiry.RESET)
 * void idleConnectionIsReset(NatLab lab) { ... }
 * }</pre>
 *
 * <p>On a method: a lab of its own for each run of that method. On a class: one lab for all its tests and those of its
 * nested classes, which is quicker, but when tests run concurrently, one test's cut is every test's cut. The
 * annotation nearest to the test counts. A lab is started when the first parameter asks for it and closed with its test
 * or class.
 *
 * <p>Where no lab can be started the tests are skipped, and the reason goes to standard error as well. With the
 * environment variable {@code KEEPALIVE_LAB=required}, or the system property {@code keepalive.lab=required}, they fail
 * with that reason instead: set it where a skipped test would be a hole in the proof.
 *
 * @since 0.1
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NatLabExtension.class)
public @interface WithNatLab {
    /**
     * How long an established connection may be idle.
     *
     * @return whole seconds, from 1; the default is 4
     */
    int idleTimeoutSeconds() default 4;

    /**
     * What happens to packets of a forgotten connection.
     *
     * @return the default is to drop them silently
     */
    Expiry onExpiry() default Expiry.BLACKHOLE;
}
