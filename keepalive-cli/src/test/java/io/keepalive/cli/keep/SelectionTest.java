package io.keepalive.cli.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.cli.linux.IpEndpoint;
import io.keepalive.cli.linux.SocketOwners.Owner;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {
    private static final IpEndpoint DATABASE = IpEndpoint.ofIpv4(0x0a000009, 5432);

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, true",
        "10.0.0.9, true",
        "10.0.0.9:5432, true",
        "10.0.0.0/8:5432, true",
        "10.0.0.9:5433, false",
        "10.1.0.0/16:5432, false",
        "2001:db8::/32, false",
        "[2001:db8::/32]:5432, false",
    })
    void takes_addressAndPort_bothCount(String text, boolean expected) {
        assertThat(RemoteFilter.parse(text).takes(DATABASE)).isEqualTo(expected);
        assertThat(RemoteFilter.parse(text).takes(DATABASE.mapped())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"db", ":80", "10.0.0.0/33", "10.0.0.1:0", "10.0.0.1:x", "[::1", "[::1]80", ""})
    void parse_otherForms_areRefused(String text) {
        assertThatThrownBy(() -> RemoteFilter.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holder_programNameLongerThanTheKernelKeeps_isFound() {
        Owner owner = new Owner(7, 3, "a-long-program-");

        Selection selection = new Selection(Set.of(), null, null, "a-long-program-name");

        assertThat(selection.holder(List.of(new Owner(6, 3, "other"), owner))).isEqualTo(owner);
        assertThat(selection.holder(List.of(new Owner(6, 3, "other")))).isNull();
    }

    @Test
    void holder_pid_isTheOneThatFits() {
        Owner owner = new Owner(7, 3, "java");

        assertThat(new Selection(Set.of(7L), null, null, null).holder(List.of(new Owner(6, 3, "java"), owner)))
                .isEqualTo(owner);
    }
}
