package io.keepalive.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** ./keepalive and scripts/list-jdks, in a folder that has nothing to build. */
class ScriptsIT {
    @TempDir
    private Path folder = Path.of("");

    private Path keepalive = Path.of("");
    private Path listJdks = Path.of("");

    @BeforeEach
    void copy() throws IOException {
        keepalive = copy("keepalive");
        listJdks = copy("scripts/list-jdks");
        Path jar = folder.resolve("keepalive-cli/target/keepalive.jar");
        Files.createDirectories(jar.getParent());
        Files.copy(Run.jar(), jar);
    }

    private Path copy(String script) throws IOException {
        Path copy = folder.resolve(script);
        Files.createDirectories(copy.getParent());
        return Files.copy(Run.root().resolve(script), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }

    @Test
    void shouldRunThroughALinkAndPassArgumentsAndExitCodeOn() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("a link"), keepalive);

        Run version = Run.of(Map.of(), List.of(link.toString(), "--version"));
        assertThat(version.exitCode()).isZero();
        assertThat(version.output()).first().asString().startsWith("keepalive ");

        Run wrong = Run.of(Map.of(), List.of(link.toString(), "demo", "--idle-timeout", "1 s"));
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.output()).first().asString().contains("'1 s'");
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere script(1) takes other options
    void shouldDrawTheLiveViewOnATerminalEvenWithoutInput() throws Exception {
        assumeThat(Path.of("/usr/bin/script")).isExecutable();
        Run run = Run.of(
                Map.of("TERM", "xterm"),
                List.of("script", "-qec", keepalive + " demo --stand-in --idle-timeout 3s", "/dev/null"));

        assertThat(run.exitCode()).as(run.toString()).isZero();
        String whole = String.join("\n", run.output());
        assertThat(whole).contains("\033[?25l", "\033[17A", "ANSWERED", "WHAT HAPPENED");
        assertThat(whole.lastIndexOf("\033[?25h")).isGreaterThan(whole.lastIndexOf("\033[17A"));
    }

    @Test
    void shouldSayWhatToInstallWithoutAJdk() throws Exception {
        Run run = Run.of(withoutJdk(), List.of(keepalive.toString(), "--version"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .singleElement()
                .asString()
                .contains("found no JDK", "JDK 17 or newer", "Install one", "JAVA_HOME");
    }

    @Test
    void shouldListJdksNewestFirstAndNoneTwice() throws Exception {
        Path jdks = Files.createDirectories(folder.resolve("jdks and more"));
        Path old = fakeJdk(jdks.resolve("eight"), "1.8.0_402");
        Path recent = fakeJdk(jdks.resolve("twenty five"), "25.0.3");
        Files.createSymbolicLink(jdks.resolve("default"), recent);
        Files.createDirectories(jdks.resolve("no jdk/bin"));
        var environment = new HashMap<>(withoutJdk());
        environment.put("JAVA_HOME", jdks.resolve("default").toString());

        Run run = Run.of(environment, List.of(listJdks.toString()));

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).containsExactly("25 " + recent, "8 " + old);
    }

    @Test
    void shouldFindTheJdkOnThePathAndTheOneOfSdkman() throws Exception {
        Path sdkman = fakeJdk(folder.resolve("home/.sdkman/candidates/java/21.0.5-tem"), "21.0.5");
        Path onPath = fakeJdk(folder.resolve("jdks/17"), "17.0.15");
        Path bin = withoutJava();
        Files.createSymbolicLink(bin.resolve("javac"), Path.of("../jdks/17/bin/javac"));
        var environment = new HashMap<>(withoutJdk());
        environment.put("HOME", folder.resolve("home").toString());

        Run run = Run.of(environment, List.of(listJdks.toString()));

        assertThat(run.output()).containsExactly("21 " + sdkman, "17 " + onPath);
    }

    private static Path fakeJdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.copy(Path.of("/bin/sh"), home.resolve("bin/javac"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home.toRealPath();
    }

    private Map<String, String> withoutJdk() throws IOException {
        return Map.of("JAVA_HOME", "", "PATH", withoutJava().toString(), "HOME", folder.toString());
    }

    /** A search path with what the scripts use, and no more. */
    private Path withoutJava() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : List.of("sed", "sort", "head", "dirname", "readlink")) {
            Path wrapper = bin.resolve(tool);
            Files.writeString(wrapper, "#!/bin/sh\nPATH=/usr/bin:/bin\nexec " + tool + " \"$@\"\n");
            assertThat(wrapper.toFile().setExecutable(true)).isTrue();
        }
        return bin;
    }
}
