package io.keepalive.jar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;

/** What the published jar does about the user timeout and TCP_INFO under the flags that a JVM may be started with. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "no system call is made elsewhere")
class NativeLayerIT {
    private static final String OPEN_NIO = "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED";
    private static final String OPEN_NET = "--add-opens=java.base/java.net=ALL-UNNAMED";
    private static final String DENY = "--illegal-native-access=deny";

    @Test
    @EnabledForJreRange(minVersion = 22, disabledReason = "the layer is compiled by JDK 22 or newer")
    void jar_hasTheLayer_andSaysThatItIsMultiRelease() throws Exception {
        try (JarFile jar = new JarFile(PublishedJar.path().toFile())) {
            assertThat(jar.isMultiRelease()).isTrue();
            assertThat(jar.getEntry("META-INF/versions/22/io/keepalive/internal/linux/ForeignSyscalls.class"))
                    .isNotNull();
            assertThat(jar.getEntry("META-INF/native-image/io.keepalive/keepalive-core/reachability-metadata.json"))
                    .isNotNull();
        }
    }

    @Test
    @EnabledForJreRange(minVersion = 22, disabledReason = "java.lang.foreign is final from JDK 22 on")
    void foreign_allowed_worksInSilence() throws Exception {
        assertWorks(run("--enable-native-access=ALL-UNNAMED"));
    }

    @Test
    @EnabledForJreRange(minVersion = 24, disabledReason = "JDK 24 began to warn")
    void foreign_withoutAFlag_worksAfterTheJvmsWarning() throws Exception {
        List<String> lines = run();

        assertThat(lines).anyMatch(line -> line.startsWith("WARNING: Use --enable-native-access=ALL-UNNAMED"));
        assertWorks(lines.stream().filter(line -> !line.startsWith("WARNING")).toList());
    }

    @Test
    @EnabledForJreRange(minVersion = 24, disabledReason = "JDK 24 brought the flag")
    void foreign_denied_isUnsupportedWithTheRemedy() throws Exception {
        assertUnsupported(run(DENY), "start it with --enable-native-access=ALL-UNNAMED, or start it with " + OPEN_NIO);
    }

    @Test
    @EnabledForJreRange(minVersion = 24, disabledReason = "JDK 24 brought the flag")
    void foreign_deniedButOpened_works() throws Exception {
        assertWorks(run(DENY, OPEN_NIO));
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "from JDK 22 on there is java.lang.foreign")
    void oldJdk_withoutAFlag_isUnsupportedWithTheRemedy() throws Exception {
        assertUnsupported(run(), "run on JDK 22 or newer, or start it with " + OPEN_NIO);
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "from JDK 22 on there is java.lang.foreign")
    void oldJdk_opened_works() throws Exception {
        assertWorks(run(OPEN_NIO));
        assertWorks(run(OPEN_NIO, OPEN_NET));
    }

    /** Sockets are closed and others opened while a user timeout is put on them: it never lands on another one. */
    @Test
    void strangers_areNeverTouched() throws Exception {
        List<String> lines = Runtime.version().feature() >= 22
                ? run(StrangersProgram.class, "--enable-native-access=ALL-UNNAMED")
                : run(StrangersProgram.class, OPEN_NIO, OPEN_NET);

        System.out.println(lines);
        assertThat(count(lines, "applied ")).isGreaterThan(50);
        assertThat(count(lines, "closed meanwhile ")).isGreaterThan(5);
        assertThat(count(lines, "strangers ")).isGreaterThan(500);
        assertThat(count(lines, "not looked at ")).isLessThan(count(lines, "strangers ") / 10);
        assertThat(count(lines, "touched ")).isZero();
    }

    private static int count(List<String> lines, String label) {
        return lines.stream()
                .filter(line -> line.startsWith(label))
                .mapToInt(line -> Integer.parseInt(line.substring(label.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError(label + "in " + lines));
    }

    private static void assertWorks(List<String> lines) {
        String applied = "SO_KEEPALIVE on APPLIED, TCP_USER_TIMEOUT 12345ms APPLIED";
        String inspected = "SO_KEEPALIVE on NOT_REQUESTED, TCP_USER_TIMEOUT 12345ms NOT_REQUESTED";
        assertThat(lines)
                .containsExactly(
                        "Socket, not connected: " + applied,
                        "Socket, inspected: " + inspected,
                        "Socket: " + applied,
                        "Socket, accepted: " + applied,
                        "SocketChannel, not connected: " + applied,
                        "SocketChannel, inspected: " + inspected,
                        "SocketChannel: " + applied,
                        "SocketChannel as Socket: " + applied,
                        "AsynchronousSocketChannel: " + applied,
                        "SSLSocket: " + applied,
                        "SSLSocket, layered: " + applied,
                        "SSLSocket, the one below: " + inspected,
                        "ServerSocket: " + applied,
                        "ServerSocket, accepted: " + inspected,
                        "ServerSocketChannel: " + applied,
                        "ServerSocketChannel, accepted: " + inspected,
                        "AsynchronousServerSocketChannel: " + applied,
                        "AsynchronousServerSocketChannel, accepted: " + inspected,
                        "first twin: SO_KEEPALIVE on APPLIED, TCP_USER_TIMEOUT 7000ms APPLIED",
                        "second twin: " + applied,
                        "first twin, inspected: "
                                + "SO_KEEPALIVE on NOT_REQUESTED, TCP_USER_TIMEOUT 7000ms NOT_REQUESTED",
                        "second twin, inspected: " + inspected,
                        "open: ESTABLISHED",
                        "read -1",
                        "after FIN: CLOSE_WAIT",
                        "Connection reset",
                        "after RST, never looked at before: CLOSE",
                        "after close: unknown",
                        "done");
    }

    private static void assertUnsupported(List<String> lines, String remedy) {
        assertThat(lines).endsWith("after close: unknown", "done");
        assertThat(lines)
                .filteredOn(line -> line.contains("requested 12345ms"))
                .hasSize(13)
                .allMatch(line -> line.contains("TCP_USER_TIMEOUT UNSUPPORTED (requested 12345ms;"
                        + " the JDK has no user timeout on its sockets; " + remedy + "; on Linux"));
        assertThat(lines).noneMatch(line -> line.contains("Exception"));
    }

    private static List<String> run(String... flags) throws Exception {
        return run(UserTimeoutProgram.class, flags);
    }

    private static List<String> run(Class<?> main, String... flags) throws Exception {
        Path testClasses =
                Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> arguments = new ArrayList<>(Arrays.asList(flags));
        arguments.addAll(List.of("-cp", PublishedJar.path() + File.pathSeparator + testClasses, main.getName()));
        return PublishedJar.java(arguments)
                .lines()
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
