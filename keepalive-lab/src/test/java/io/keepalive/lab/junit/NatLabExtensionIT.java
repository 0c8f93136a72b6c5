package io.keepalive.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.lab.Expiry;
import io.keepalive.lab.NatLab;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which lab a test gets. */
@WithNatLab(idleTimeoutSeconds = 9, onExpiry = Expiry.RESET)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NatLabExtensionIT {
    private final NatLab ofTheClass;

    NatLabExtensionIT(NatLab ofTheClass) {
        this.ofTheClass = ofTheClass;
    }

    @Test
    void shouldConfigureTheLab(NatLab lab) {
        assertThat(lab.idleTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(lab.onExpiry()).isEqualTo(Expiry.RESET);
        assertThat(lab.client().command("true").run().exitCode()).isZero();
    }

    @Test
    void shouldShareTheLabOfTheClass(NatLab lab) {
        assertThat(lab).isSameAs(ofTheClass);
    }

    @Test
    @WithNatLab(idleTimeoutSeconds = 5)
    void shouldHaveALabOfItsOwn(NatLab lab) {
        assertThat(lab).isNotSameAs(ofTheClass);
        assertThat(lab.idleTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Nested
    class Inner {
        @BeforeEach
        void shouldShareTheLabBeforeATest(NatLab lab) {
            assertThat(lab).isSameAs(ofTheClass);
        }

        @Test
        void shouldShareTheLabOfTheClassAround(NatLab lab) {
            assertThat(lab).isSameAs(ofTheClass);
        }
    }
}
