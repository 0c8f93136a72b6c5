package io.keepalive.cli.advise;

import static io.keepalive.cli.advise.OsAdvice.Platform.DOCKER;
import static io.keepalive.cli.advise.OsAdvice.Platform.ECS;
import static io.keepalive.cli.advise.OsAdvice.Platform.KUBERNETES;
import static io.keepalive.cli.advise.OsAdvice.Platform.LINUX;
import static io.keepalive.cli.advise.OsAdvice.Platform.MACOS;
import static io.keepalive.cli.advise.OsAdvice.Platform.SYSTEMD;
import static io.keepalive.cli.advise.OsAdvice.Platform.WINDOWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keepalive.KeepAlive;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The advice as text: golden settings, units, what is left out and said. */
class OsAdviceTest {
    private static final KeepAlive FOUR_MINUTES = KeepAlive.outliving(Duration.ofMinutes(4));
    private static final KeepAlive BOUNDED = KeepAlive.parse("outliving=4m,user-timeout=auto");

    @Test
    void linux_isASysctlFileInSeconds() {
        assertThat(OsAdvice.of(BOUNDED).text(LINUX)).isEqualTo("""
                # Linux: /etc/sysctl.d/60-keepalive.conf; loaded by 'sysctl --system' and at every start
                # Policy: idle=120s,interval=30s,count=8,user-timeout=auto
                net.ipv4.tcp_keepalive_time = 120
                net.ipv4.tcp_keepalive_intvl = 30
                net.ipv4.tcp_keepalive_probes = 8
                net.ipv4.tcp_retries2 = 10
                # tcp_retries2 stands for user-timeout 345s, which no system has: 10 gives unacknowledged
                # data up after 324.6 s, later on slow paths. Measured: 5 = 13 s, 8 = 107 s, 15 (default) = 939 s.
                # It does not override the count.
                # It holds in this network namespace: containers and pods have settings of their own.
                # What it can't do:
                # - programs that never switch SO_KEEPALIVE on are not probed; own times of programs stay
                # - connections that are open already finish the timer that runs, up to the old idle time
                # - boxes that count payload only (HTTP load balancers, most proxies) answer probes themselves:
                #   there only an application heartbeat helps
                """);
    }

    @Test
    void windows_isARegistryFileInMilliseconds_withTheCountThatItHas() {
        String text = OsAdvice.of(FOUR_MINUTES).text(WINDOWS);

        assertThat(settings(text)).isEqualTo("""
                Windows Registry Editor Version 5.00
                [HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]
                "KeepAliveTime"=dword:0001d4c0
                "KeepAliveInterval"=dword:00007530
                """);
        assertThat(text)
                .contains(
                        "; The times are DWORDs of milliseconds. Guides that say 120 and 30 ask for 120 ms and 30 ms.\n")
                .contains(";   120000 ms = 120 s\n")
                .contains("; The count is fixed at 10 since Windows Vista; the policy wants 8.\n")
                .contains("; A silent peer is given up after 420s, where the policy says 360s.\n")
                .contains("restart the machine");
        assertThat(OsAdvice.of(BOUNDED).text(WINDOWS)).contains("\"TcpMaxDataRetransmissions\"=dword:00000005\n");
    }

    @Test
    void macos_isInMilliseconds() {
        String text = OsAdvice.of(BOUNDED).text(MACOS);

        assertThat(settings(text)).isEqualTo("""
                sysctl -w net.inet.tcp.keepidle=120000
                sysctl -w net.inet.tcp.keepintvl=30000
                sysctl -w net.inet.tcp.keepcnt=8
                """);
        assertThat(text).contains("launchd").contains("always_keepalive").contains("# user-timeout: no setting");
    }

    @Test
    void kubernetes_isAPodsSecurityContext() {
        String text = OsAdvice.of(BOUNDED).text(KUBERNETES);

        assertThat(settings(text)).isEqualTo("""
                spec:
                  securityContext:
                    sysctls:
                      - name: net.ipv4.tcp_keepalive_time
                        value: "120"
                      - name: net.ipv4.tcp_keepalive_intvl
                        value: "30"
                      - name: net.ipv4.tcp_keepalive_probes
                        value: "8"
                      - name: net.ipv4.tcp_retries2
                        value: "10"
                """);
        assertThat(text).contains("Kubernetes 1.29").contains("hostNetwork").contains("does not take over the node's");
    }

    @Test
    void docker_isForRunAndForCompose() {
        String text = OsAdvice.of(FOUR_MINUTES).text(DOCKER);

        assertThat(settings(text)).isEqualTo("""
                docker run \\
                  --sysctl net.ipv4.tcp_keepalive_time=120 \\
                  --sysctl net.ipv4.tcp_keepalive_intvl=30 \\
                  --sysctl net.ipv4.tcp_keepalive_probes=8 \\
                  IMAGE
                sysctls:
                  net.ipv4.tcp_keepalive_time: 120
                  net.ipv4.tcp_keepalive_intvl: 30
                  net.ipv4.tcp_keepalive_probes: 8
                """);
        assertThat(text).contains("--network=host this is not allowed");
    }

    @Test
    void ecs_isAPartOfATaskDefinition() {
        String text = OsAdvice.of(FOUR_MINUTES).text(ECS);

        assertThat(settings(text)).isEqualTo("""
                "systemControls": [
                  {"namespace": "net.ipv4.tcp_keepalive_time", "value": "120"},
                  {"namespace": "net.ipv4.tcp_keepalive_intvl", "value": "30"},
                  {"namespace": "net.ipv4.tcp_keepalive_probes", "value": "8"}
                ]
                """);
        assertThat(text).contains("awsvpc").contains("1.4.0");
    }

    @Test
    void systemd_isASysctlFileAndASocketUnit() {
        String text = OsAdvice.of(FOUR_MINUTES).text(SYSTEMD);

        assertThat(settings(text)).isEqualTo("""
                net.ipv4.tcp_keepalive_time = 120
                net.ipv4.tcp_keepalive_intvl = 30
                net.ipv4.tcp_keepalive_probes = 8
                [Socket]
                KeepAlive=yes
                KeepAliveTimeSec=120
                KeepAliveIntervalSec=30
                KeepAliveProbes=8
                """);
        assertThat(text).contains("a service unit can't set them");
    }

    /** 120 instead of 120000 is the outage that guides recommend. */
    @ParameterizedTest
    @CsvSource({"500ms, 1", "1500ms, 2", "120s, 120", "2h, 7200", "2147483s, 2147483"})
    void everyPlatform_hasItsUnit_fromTheKernelsWholeSeconds(String idle, long seconds) {
        OsAdvice advice = OsAdvice.of(KeepAlive.parse("idle=" + idle));

        assertThat(number(advice.text(LINUX), "tcp_keepalive_time = (\\d+)", 10))
                .isEqualTo(seconds);
        assertThat(number(advice.text(KUBERNETES), "value: \"(\\d+)\"", 10)).isEqualTo(seconds);
        assertThat(number(advice.text(DOCKER), "tcp_keepalive_time=(\\d+)", 10)).isEqualTo(seconds);
        assertThat(number(advice.text(ECS), "\"value\": \"(\\d+)\"", 10)).isEqualTo(seconds);
        assertThat(number(advice.text(SYSTEMD), "KeepAliveTimeSec=(\\d+)", 10)).isEqualTo(seconds);
        assertThat(number(advice.text(MACOS), "keepidle=(\\d+)", 10)).isEqualTo(seconds * 1000);
        assertThat(number(advice.text(WINDOWS), "dword:([0-9a-f]{8})\n", 16)).isEqualTo(seconds * 1000);
    }

    @ParameterizedTest
    @EnumSource(OsAdvice.Platform.class)
    void whatIsUnset_isLeftOutAndSaid(OsAdvice.Platform platform) {
        String text = OsAdvice.of(KeepAlive.parse("interval=30s")).text(platform);

        assertThat(text).contains("idle is not set in the policy: ");
        assertThat(settings(text))
                .doesNotContain(
                        "keepalive_time", "keepalive_probes", "keepidle", "keepcnt", "KeepAliveTime", "retries2")
                .doesNotContain("TcpMax", "KeepAliveProbes");
        assertThat(text).contains("a write into a black hole hangs as long as before");
    }

    @Test
    void whatAPlatformCanNotHold_isLeftOutAndSaid() {
        OsAdvice advice = OsAdvice.of(KeepAlive.parse("idle=2147483647s,interval=2147484s,count=256"));

        assertThat(settings(advice.text(LINUX))).isEmpty();
        assertThat(advice.text(LINUX))
                .contains("# net.ipv4.tcp_keepalive_time is left out: it can't hold 2147483647 s (at most 2147483 s)\n")
                .contains("# net.ipv4.tcp_keepalive_probes is left out: it can't hold 256 (at most 255)\n");
        assertThat(settings(advice.text(MACOS))).isEqualTo("sysctl -w net.inet.tcp.keepcnt=256\n");
        assertThat(advice.text(WINDOWS))
                .contains("; KeepAliveTime is left out: it can't hold 2147483647 s (at most 4294967 s)\n")
                .contains("\"KeepAliveInterval\"=dword:8000")
                .contains("2147484000 ms = 2147484 s\n");
    }

    @ParameterizedTest
    @EnumSource(OsAdvice.Platform.class)
    void everyText_saysWhatItCanNotDo_andFits(OsAdvice.Platform platform) {
        String greatest = "idle=2147483647s,interval=2147483647s,count=2147483647,user-timeout=2147483647ms";
        for (String policy : new String[] {"on", BOUNDED.toString(), FOUR_MINUTES.toString(), greatest}) {
            String text = OsAdvice.of(KeepAlive.parse(policy)).text(platform);

            assertThat(text)
                    .contains("What it can't do:")
                    .contains("programs that never switch SO_KEEPALIVE on")
                    .contains("- connections ")
                    .contains("only an application heartbeat helps")
                    .endsWith("\n");
            assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // user timeout, tcp_retries2 that stays within it, its limit in s
        "1ms, 5, 12.6", "12600ms, 5, 12.6", "25399ms, 5, 12.6", "25400ms, 6, 25.4", "107s, 8, 102.2",
        "204600ms, 9, 204.6", "324599ms, 9, 204.6", "324600ms, 10, 324.6", "924600ms, 15, 924.6",
                "2147483647ms, 15, 924.6"
    })
    void userTimeout_becomesTheRetriesThatStayWithinIt(String userTimeout, int retries2, String seconds) {
        String text =
                OsAdvice.of(KeepAlive.parse("user-timeout=" + userTimeout)).text(LINUX);

        assertThat(text)
                .contains("net.ipv4.tcp_retries2 = " + retries2 + "\n")
                .contains("data up after " + seconds + " s");
        assertThat(text.contains("RFC 1122")).isEqualTo(retries2 < 8);
    }

    @Test
    void off_hasNoAdvice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OsAdvice.of(KeepAlive.off()))
                .withMessageStartingWith("policy: off (expected: a policy that is on");
    }

    @Test
    void compare_showsEachSettingThatThePolicyWants() {
        KeepAlive held = KeepAlive.parse("idle=7200s,interval=30s");

        assertThat(OsAdvice.of(BOUNDED).compare(held))
                .extracting(OsAdvice.Comparison::toString)
                .containsExactly(
                        "idle: holds 7200s, wants 120s",
                        "interval: holds 30s, as wanted",
                        "count: not known, wants 8",
                        "user-timeout: not known, wants 345000ms");
        assertThat(OsAdvice.of(BOUNDED).compare(held))
                .extracting(OsAdvice.Comparison::isMet)
                .containsExactly(false, true, false, false);
        assertThat(OsAdvice.of(KeepAlive.parse("on")).compare(held)).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void systemDefaults_areThoseOfThisNetworkNamespace() throws Exception {
        KeepAlive held = OsAdvice.systemDefaults();

        assertThat(held.idle()).contains(Duration.ofSeconds(sysctl("tcp_keepalive_time")));
        assertThat(held.interval()).contains(Duration.ofSeconds(sysctl("tcp_keepalive_intvl")));
        assertThat(held.count()).hasValue((int) sysctl("tcp_keepalive_probes"));
    }

    /** Read in one go: a sysctl file gives nothing to a second read, and Files.readString begins with a single byte. */
    private static long sysctl(String name) throws Exception {
        try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/sys/net/ipv4", name))) {
            return Long.parseLong(reader.readLine());
        }
    }

    /** A text without its comments. */
    private static String settings(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith(";"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static long number(String text, String pattern, int radix) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Long.parseLong(matcher.group(1), radix);
    }
}
