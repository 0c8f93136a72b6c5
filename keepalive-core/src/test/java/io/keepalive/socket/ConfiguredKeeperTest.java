package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keepalive.KeepAlive;
import org.junit.jupiter.api.Test;

class ConfiguredKeeperTest {
    private static final Class<?> FACTORY = KeepAliveSocketFactory.class;

    @Test
    void policy_argumentPropertyAndVariable_theNarrowerOneWins() {
        assertThat(ConfiguredKeeper.policy(FACTORY, "idle=1s", "idle=2s", "idle=3s"))
                .isEqualTo(KeepAlive.parse("idle=1s"));
        assertThat(ConfiguredKeeper.policy(FACTORY, null, "idle=2s", "idle=3s")).isEqualTo(KeepAlive.parse("idle=2s"));
        assertThat(ConfiguredKeeper.policy(FACTORY, null, null, "idle=3s")).isEqualTo(KeepAlive.parse("idle=3s"));
        assertThat(ConfiguredKeeper.policy(FACTORY, null, null, null)).isEqualTo(KeepAlive.defaults());
    }

    @Test
    void policy_variableNotParsable_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfiguredKeeper.policy(FACTORY, null, null, "often"))
                .withMessageStartingWith("environment variable KEEPALIVE_POLICY: ");
    }
}
