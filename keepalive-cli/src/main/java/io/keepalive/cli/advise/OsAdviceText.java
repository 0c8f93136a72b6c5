package io.keepalive.cli.advise;

import io.keepalive.KeepAlive;
import io.keepalive.internal.DurationText;
import io.keepalive.internal.KernelTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The texts of {@link OsAdvice}; the sources are with {@link OsAdvice.Platform}. */
final class OsAdviceText {
    /** Linux keeps the times as ticks in an int, of up to 1000 a second, and the count in a byte (tried on 6.18). */
    private static final long LONGEST_LINUX_SECONDS = Integer.MAX_VALUE / 1000;

    private static final long GREATEST_LINUX_COUNT = 255;
    private static final long LONGEST_DWORD_SECONDS = 0xFFFF_FFFFL / 1000;
    private static final long LONGEST_INT_SECONDS = Integer.MAX_VALUE / 1000;

    /** Not in the registry: fixed since Windows Vista. */
    private static final int WINDOWS_COUNT = 10;

    private static final String RETRIES2 = "net.ipv4.tcp_retries2";

    private final KeepAlive policy;
    private final String comment;
    private final StringBuilder text = new StringBuilder();

    private OsAdviceText(KeepAlive policy, String comment) {
        this.policy = policy;
        this.comment = comment;
    }

    static String of(KeepAlive policy, OsAdvice.Platform platform) {
        OsAdviceText text = new OsAdviceText(policy, platform == OsAdvice.Platform.WINDOWS ? "; " : "# ");
        switch (platform) {
            case LINUX -> text.linux();
            case WINDOWS -> text.windows();
            case MACOS -> text.macos();
            case KUBERNETES -> text.kubernetes();
            case DOCKER -> text.docker();
            case ECS -> text.ecs();
            case SYSTEMD -> text.systemd();
        }
        return text.text.toString();
    }

    private record Sysctl(String name, long value) {}

    private void linux() {
        head("Linux: /etc/sysctl.d/60-keepalive.conf; loaded by 'sysctl --system' and at every start");
        linuxSysctls().forEach(sysctl -> line(sysctl.name() + " = " + sysctl.value()));
        explainRetries2();
        note("It holds in this network namespace: containers and pods have settings of their own.");
        limits("that are open already finish the timer that runs, up to the old idle time");
    }

    private void windows() {
        line("Windows Registry Editor Version 5.00");
        head("Windows: save as keepalive.reg, import it, and restart the machine");
        note("The times are DWORDs of milliseconds. Guides that say 120 and 30 ask for 120 ms and 30 ms.");
        line("[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters]");
        setting(policy.idle(), "KeepAliveTime", LONGEST_DWORD_SECONDS, "idle").ifPresent(this::dwordOfMillis);
        setting(policy.interval(), "KeepAliveInterval", LONGEST_DWORD_SECONDS, "interval")
                .ifPresent(this::dwordOfMillis);
        note("The count is fixed at " + WINDOWS_COUNT + " since Windows Vista"
                + (policy.count().isPresent()
                        ? "; the policy wants " + policy.count().getAsInt() + "."
                        : "."));
        explainWindowsDetection();
        if (policy.userTimeout().isPresent()) {
            note("Unacknowledged data: so many retransmissions, each after twice the wait. 5 is the default;");
            note("documented up to Windows 7 and Server 2008 R2.");
            line("\"TcpMaxDataRetransmissions\"=dword:00000005");
            note("It is no time: the policy's "
                    + DurationText.format(policy.userTimeout().orElseThrow())
                    + " can be set per socket only (TCP_MAXRT).");
        }
        limits("end with the restart");
    }

    private void dwordOfMillis(Sysctl setting) {
        long millis = setting.value() * 1000;
        line(String.format(Locale.ROOT, "\"%s\"=dword:%08x", setting.name(), millis));
        note("  " + millis + " ms = " + setting.value() + " s");
    }

    private void explainWindowsDetection() {
        if (policy.idle().isPresent() && policy.interval().isPresent()) {
            Duration windows = KernelTime.detection(
                    KernelTime.wholeSeconds(policy.idle().get()),
                    KernelTime.wholeSeconds(policy.interval().get()),
                    WINDOWS_COUNT);
            note("A silent peer is given up after " + DurationText.format(windows)
                    + policy.detectionTime()
                            .filter(wanted -> !wanted.equals(windows))
                            .map(wanted -> ", where the policy says " + DurationText.format(wanted) + ".")
                            .orElse("."));
        }
    }

    private void macos() {
        head("macOS: as root; the times are milliseconds");
        List<Sysctl> sysctls = new ArrayList<>();
        setting(policy.idle(), "net.inet.tcp.keepidle", LONGEST_INT_SECONDS, "idle")
                .ifPresent(sysctls::add);
        setting(policy.interval(), "net.inet.tcp.keepintvl", LONGEST_INT_SECONDS, "interval")
                .ifPresent(sysctls::add);
        sysctls.replaceAll(setting -> new Sysctl(setting.name(), setting.value() * 1000));
        count("net.inet.tcp.keepcnt", Integer.MAX_VALUE).ifPresent(sysctls::add);
        sysctls.forEach(sysctl -> line("sysctl -w " + sysctl.name() + "=" + sysctl.value()));
        note("Gone after a restart: repeat it from a launchd daemon, a file in /Library/LaunchDaemons with");
        note("RunAtLoad and these commands; older versions read /etc/sysctl.conf, too.");
        note("sysctl -w net.inet.tcp.always_keepalive=1 would probe for programs that don't ask for it, too.");
        if (policy.userTimeout().isPresent()) {
            note("user-timeout: no setting for the whole system; per socket TCP_RXT_CONNDROPTIME.");
        }
        limits("that are open already may keep what they have");
    }

    private void kubernetes() {
        head("Kubernetes: in the pod's specification");
        line("spec:");
        line("  securityContext:");
        List<Sysctl> sysctls = linuxSysctls();
        line("    sysctls:" + (sysctls.isEmpty() ? " []" : ""));
        for (Sysctl sysctl : sysctls) {
            line("      - name: " + sysctl.name());
            line("        value: \"" + sysctl.value() + "\"");
        }
        explainRetries2();
        note("tcp_keepalive_* are safe sysctls from Kubernetes 1.29 on (kernel 4.5). Before, and always for");
        note("tcp_retries2, each node's kubelet has to be started with");
        note("--allowed-unsafe-sysctls 'net.ipv4.tcp_keepalive_*,net.ipv4.tcp_retries2'.");
        note("A pod does not take over the node's values: it has a network namespace of its own.");
        note("With hostNetwork: true this is not allowed; set the node's values instead.");
        limits("are those of the old pod: the values come with a new one");
    }

    private void docker() {
        head("Docker: for one container");
        List<Sysctl> sysctls = linuxSysctls();
        line("docker run"
                + sysctls.stream()
                        .map(sysctl -> " \\\n  --sysctl " + sysctl.name() + "=" + sysctl.value())
                        .collect(Collectors.joining())
                + " \\\n  IMAGE");
        note("The same with Compose, in the service:");
        line("sysctls:" + (sysctls.isEmpty() ? " {}" : ""));
        sysctls.forEach(sysctl -> line("  " + sysctl.name() + ": " + sysctl.value()));
        explainRetries2();
        note("A container does not take over the host's values: it has a network namespace of its own.");
        note("With --network=host this is not allowed; set the host's values instead.");
        limits("are those of the old container: the values come with a new one");
    }

    private void ecs() {
        head("Amazon ECS: in the container definition of the task definition");
        line("\"systemControls\": ["
                + linuxSysctls().stream()
                        .map(sysctl ->
                                "\n  {\"namespace\": \"" + sysctl.name() + "\", \"value\": \"" + sysctl.value() + "\"}")
                        .collect(Collectors.joining(",", "", "\n"))
                + "]");
        explainRetries2();
        note("Network mode awsvpc, Fargate too: it holds for all containers of the task; set it in one only.");
        note("Network mode host: not supported; set the instance's values instead.");
        note("Fargate: from platform version 1.4.0 on. Windows containers: not supported.");
        limits("are those of the old task: the values come with a new one");
    }

    private void systemd() {
        head("systemd: a service unit can't set them; /etc/sysctl.d/60-keepalive.conf can, for the whole system");
        note("Loaded by 'systemctl restart systemd-sysctl' and at every start.");
        linuxSysctls().forEach(sysctl -> line(sysctl.name() + " = " + sysctl.value()));
        explainRetries2();
        note("A socket unit can, for its own listener, and accepted sockets inherit it. It switches probing on");
        note("even if the program does not. NAME.socket.d/keepalive.conf:");
        line("[Socket]");
        line("KeepAlive=yes");
        policy.idle().ifPresent(idle -> line("KeepAliveTimeSec=" + KernelTime.wholeSeconds(idle)));
        policy.interval().ifPresent(interval -> line("KeepAliveIntervalSec=" + KernelTime.wholeSeconds(interval)));
        policy.count().ifPresent(count -> line("KeepAliveProbes=" + count));
        note("It has no user timeout. A unit with PrivateNetwork= or NetworkNamespacePath= is in another");
        note("network namespace, with settings of its own.");
        limits("that are open already finish the timer that runs, up to the old idle time");
    }

    private List<Sysctl> linuxSysctls() {
        List<Sysctl> sysctls = new ArrayList<>();
        setting(policy.idle(), "net.ipv4.tcp_keepalive_time", LONGEST_LINUX_SECONDS, "idle")
                .ifPresent(sysctls::add);
        setting(policy.interval(), "net.ipv4.tcp_keepalive_intvl", LONGEST_LINUX_SECONDS, "interval")
                .ifPresent(sysctls::add);
        count("net.ipv4.tcp_keepalive_probes", GREATEST_LINUX_COUNT).ifPresent(sysctls::add);
        policy.userTimeout().ifPresent(timeout -> sysctls.add(new Sysctl(RETRIES2, TcpRetries2.within(timeout))));
        return sysctls;
    }

    private void explainRetries2() {
        policy.userTimeout().ifPresent(timeout -> {
            int retries2 = TcpRetries2.within(timeout);
            note("tcp_retries2 stands for user-timeout " + DurationText.format(timeout) + ", which no system has: "
                    + retries2 + " gives unacknowledged");
            note("data up after " + TcpRetries2.seconds(retries2)
                    + " s, later on slow paths. Measured: 5 = 13 s, 8 = 107 s, 15 (default) = 939 s.");
            note(retries2 < 8 ? "RFC 1122 asks for 100 s at least, which is 8." : "It does not override the count.");
        });
    }

    private Optional<Sysctl> setting(Optional<Duration> value, String name, long longestSeconds, String key) {
        if (value.isEmpty()) {
            note(key + " is not set in the policy: " + name + " stays as it is");
            return Optional.empty();
        }
        return held(name, KernelTime.wholeSeconds(value.get()), longestSeconds, " s");
    }

    private Optional<Sysctl> count(String name, long greatest) {
        if (policy.count().isEmpty()) {
            note("count is not set in the policy: " + name + " stays as it is");
            return Optional.empty();
        }
        return held(name, policy.count().getAsInt(), greatest, "");
    }

    private Optional<Sysctl> held(String name, long value, long greatest, String unit) {
        if (value > greatest) {
            note(name + " is left out: it can't hold " + value + unit + " (at most " + greatest + unit + ")");
            return Optional.empty();
        }
        return Optional.of(new Sysctl(name, value));
    }

    private void head(String what) {
        note(what);
        note("Policy: " + policy);
    }

    private void limits(String openConnections) {
        note("What it can't do:");
        note("- programs that never switch SO_KEEPALIVE on are not probed; own times of programs stay");
        note("- connections " + openConnections);
        note("- boxes that count payload only (HTTP load balancers, most proxies) answer probes themselves:");
        note("  there only an application heartbeat helps");
        if (policy.userTimeout().isEmpty()) {
            note("- unacknowledged data is not probed: a write into a black hole hangs as long as before");
        }
    }

    private void note(String line) {
        line(comment + line);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
