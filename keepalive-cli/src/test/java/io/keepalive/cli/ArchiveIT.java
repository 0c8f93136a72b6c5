package io.keepalive.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked in an empty folder, with a Java runtime on the PATH and nothing else of this project. */
@DisabledOnOs(OS.WINDOWS)
class ArchiveIT {
    @TempDir
    private Path folder = Path.of("");

    private Path home = Path.of("");
    private Path keepalive = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        Path archive = Path.of(System.getProperty("keepalive.archive"));
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                extract(entry, zip);
            }
        }
        try (var top = Files.list(folder)) {
            home = top.toList().get(0);
        }
        keepalive = home.resolve("keepalive");
        // Java's zip streams don't know the mode; unzip(1) does, and try-release-archive uses that.
        assertThat(keepalive.toFile().setExecutable(true)).isTrue();
    }

    private void extract(ZipEntry entry, InputStream content) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        assertThat(target).startsWithRaw(folder);
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else {
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            Files.copy(content, target);
        }
    }

    @Test
    void archive_hasOneFolderOfItsVersion() throws Exception {
        String version = run("--version").output().get(0);

        assertThat(version).isEqualTo(folder.relativize(home).toString().replace("keepalive-", "keepalive "));
        try (var files = Files.list(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "keepalive", "keepalive.cmd", "keepalive.ps1", "keepalive.jar", "LICENSE");
        }
    }

    @Test
    void explain_runs() throws Exception {
        Run run = run("explain", "outliving=4m");

        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.output()).isNotEmpty();
    }

    @Test
    void wrongCommand_exitCodeIsPassedOn() throws Exception {
        assertThat(run("nonsense").exitCode()).isEqualTo(2);
    }

    @Test
    void noJava_isReportedWithWhatToDo() throws Exception {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("dirname", "readlink")) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/usr/bin", tool));
        }

        Run run = Run.of(Map.of("JAVA_HOME", "", "PATH", tools.toString()), List.of("/bin/sh", keepalive.toString()));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).singleElement().asString().contains("found no Java runtime", "17 or newer");
    }

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(keepalive.toString()));
        command.addAll(List.of(arguments));
        return Run.of(Map.of("JAVA_HOME", System.getProperty("java.home")), command);
    }
}
