package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keepalive.KeepAlive;
import io.keepalive.agent.Rule.Direction;
import io.keepalive.agent.SettingsText.Source;
import io.keepalive.socket.Precedence;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTextTest {
    @Test
    void nothing_isDefaults() {
        Settings settings = parse("");

        assertThat(settings.rules()).hasSize(1);
        assertThat(settings.rules().get(0).policy()).isEqualTo(KeepAlive.defaults());
        assertThat(settings.precedence()).isEqualTo(Precedence.TIGHTEN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    TO   | 10.1.2.3    | 5432 | to 10.0.0.0/8:5432 outliving=4m
                    TO   | 10.1.2.3    | 80   | to 10.0.0.0/8 exclude
                    FROM | 10.1.2.3    | 5432 | idle=60s
                    FROM | 192.0.2.1   | 8443 | from :8443 off
                    TO   | 192.0.2.1   | 8443 | idle=60s
                    TO   | 2001:db8::7 | 443  | to [2001:db8::/32]:443 idle=9s
                    TO   | 2001:db8::7 | 80   | to 2001:db8::7 idle=8s
                    TO   | 2001:db9::7 | 443  | idle=60s
                    """)
    void firstRuleThatMatches_counts(Direction direction, String peer, int port, String rule) throws Exception {
        Settings settings = parse("idle=60s; to 10.0.0.0/8:5432 outliving=4m; to 10.0.0.0/8 exclude; from :8443 off;"
                + "to [2001:db8::/32]:443 idle=9s; to 2001:db8::7 idle=8s; to * idle=60s");

        String actual =
                settings.rule(direction, InetAddress.getByName(peer), port).text();

        assertThat(actual.replace("to * ", "")).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nonsense                    | here: keepalive policy 'nonsense'
                    idle=5s;count=3             | here: a policy without 'to' or 'from' twice: 'idle=5s' and 'count=3'
                    precedence=strong           | here: precedence: 'strong' (expected: observe, respect, tighten or enforce)
                    precedence=observe;precedence=respect | here: precedence twice: 'OBSERVE' and 'RESPECT' (expected: once)
                    to 10.0.0.1                 | here: 'to 10.0.0.1' (expected: to PEER POLICY
                    to 10.0.0.0/33 off          | here: rule 'to 10.0.0.0/33 off': '10.0.0.0/33' (expected: an address
                    to db off                   | here: rule 'to db off': 'db' (expected: an address
                    to :0 off                   | here: rule 'to :0 off': port '0' (expected: 1 to 65535)
                    to 10.0.0.1:99999 off       | here: rule 'to 10.0.0.1:99999 off': port '99999' (expected: 1 to 65535)
                    to 999.1.1.1 off            | here: rule 'to 999.1.1.1 off': '999.1.1.1' (expected: an address
                    to 10 off                   | here: rule 'to 10 off': '10' (expected: an address
                    to 1.2.3 off                | here: rule 'to 1.2.3 off': '1.2.3' (expected: an address
                    to 10.0.0.0/+8 off          | here: rule 'to 10.0.0.0/+8 off': '10.0.0.0/+8' (expected: an address
                    to .::1/64 off              | here: rule 'to .::1/64 off': '.::1/64' (expected: an address
                    to 1::2::3 off              | here: rule 'to 1::2::3 off': '1::2::3' (expected: an address
                    to 10.0.0.1 idle=5          | here: rule 'to 10.0.0.1 idle=5': keepalive policy 'idle=5': idle
                    file=/no/such               | here: file=/no/such can't be read
                    """)
    void whatIsWrong_isNamed(String text, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(text)).withMessageStartingWith(message);
    }

    @Test
    void file_hasOneClauseALine_andItsNameIsInTheMessage(@TempDir Path directory) throws Exception {
        Path file =
                Files.writeString(directory.resolve("a.conf"), "# first week\nprecedence=observe\n\nto * off # all\n");

        Settings settings = parse("idle=7s;file=" + file);

        assertThat(settings.precedence()).isEqualTo(Precedence.OBSERVE);
        assertThat(settings.rules()).extracting(Rule::text).containsExactly("to * off", "idle=7s");

        Files.writeString(file, "to * of");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("file=" + file))
                .withMessageStartingWith("here: " + file + ": rule 'to * of': keepalive policy 'of'");
    }

    @Test
    void fileThatIncludesItself_isRefused(@TempDir Path directory) throws Exception {
        Path first = directory.resolve("first.conf");
        Path second = Files.writeString(directory.resolve("second.conf"), "file=" + first);
        Files.writeString(first, "strict\nfile=" + second);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("file=" + first))
                .withMessageEndingWith("includes itself");
        assertThat(new Source("here", "file=" + first).isStrict()).isTrue();
        assertThat(new Source("here", "file=" + second).isStrict()).isTrue();
    }

    @Test
    void fileOfMoreThanOneMebibyte_isRefused(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("large.conf");
        Files.write(file, "#".repeat(1 << 20).getBytes(StandardCharsets.UTF_8));
        assertThat(parse("file=" + file).rules()).hasSize(1);

        Files.write(file, "#".repeat((1 << 20) + 1).getBytes(StandardCharsets.UTF_8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("file=" + file))
                .withMessageContaining("too large");
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    @Timeout(20)
    void fifoAsFile_isRefused_andNotWaitedFor(@TempDir Path directory) throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();

        for (Path file : List.of(fifo, directory)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> parse("file=" + file))
                    .withMessageContaining("is no regular file");
            assertThat(new Source("here", "file=" + file).isStrict()).isFalse();
        }
    }

    @Test
    void byteOrderMark_isSkipped(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("mark.conf"), "\uFEFFidle=7s\n");

        assertThat(parse("file=" + file).rules()).extracting(Rule::text).containsExactly("idle=7s");
        assertThat(parse("\uFEFFidle=8s").rules()).extracting(Rule::text).containsExactly("idle=8s");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xA0, 0x200B, 0xFEFF, 0x202E})
    void invisibleCharacter_isShownByItsNumber(int character) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("quiet;idle" + Character.toString(character) + "=7s"))
                .withMessageContaining(String.format("\\u%04x", character));
    }

    @Test
    void argumentWinsOverProperty_andPropertyOverVariable() {
        Map<String, String> property = Map.of("keepalive.agent", "idle=2s");
        Map<String, String> variable = Map.of("KEEPALIVE_AGENT", "idle=3s");

        assertThat(SettingsText.source("idle=1s", property::get, variable::get).text())
                .isEqualTo("idle=1s");
        assertThat(SettingsText.source("", property::get, variable::get).text()).isEqualTo("idle=2s");
        assertThat(SettingsText.source("", key -> null, variable::get))
                .isEqualTo(new Source("environment variable KEEPALIVE_AGENT", "idle=3s"));
        assertThat(SettingsText.source("", key -> null, key -> null).text()).isEmpty();
    }

    @Test
    void strict_isSeenInTextThatIsWrongOtherwise() {
        assertThat(new Source("here", "nonsense; strict").isStrict()).isTrue();
        assertThat(new Source("here", "nonsense").isStrict()).isFalse();
    }

    private static Settings parse(String text) {
        return SettingsText.parse(new Source("here", text));
    }
}
