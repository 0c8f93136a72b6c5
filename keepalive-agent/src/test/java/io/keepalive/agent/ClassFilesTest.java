package io.keepalive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.agent.ClassFiles.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The edits fit into the class files of every JDK of this machine, and of the Netty that is tested with. */
@EnabledOnOs(OS.LINUX)
class ClassFilesTest {
    @Test
    void everyJdkOfThisMachine_isAsKnown() throws Exception {
        List<Path> homes = jdks();

        List<Row> rows = new ArrayList<>();
        for (Path home : homes) {
            rows.addAll(ClassFiles.ofJdk(home));
        }

        assertThat(homes).isNotEmpty();
        assertThat(rows)
                .hasSize(homes.size() * (Target.OF_JDK.size() + 1))
                .allSatisfy(row -> assertThat(row.missing()).as("%s", row).isEmpty());
    }

    @Test
    void nettyOfTheTests_isAsKnown() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            if (entry.contains("netty-transport") && entry.endsWith(".jar")) {
                rows.addAll(ClassFiles.ofJar(Path.of(entry)));
            }
        }

        assertThat(rows)
                .extracting(row -> row.className().substring(row.className().lastIndexOf('/') + 1))
                .contains("Socket", "LinuxSocket", "EpollServerSocketChannel", "IoUringServerSocketChannel");
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.missing()).as("%s", row).isEmpty());
    }

    /** Prints the rows of the table in docs/agent.md, of homes of JDKs and of jars. */
    @Test
    @EnabledIfSystemProperty(named = "keepalive.class.files", matches = ".+")
    void othersThatWereAskedFor_arePrinted() throws IOException {
        for (String path : System.getProperty("keepalive.class.files").split(":", -1)) {
            List<Row> rows = ClassFiles.of(Path.of(path));

            assertThat(rows).isNotEmpty();
            rows.forEach(System.out::println);
        }
    }

    /** Of 17 and later: what older ones look like is no matter. */
    private static List<Path> jdks() throws Exception {
        Process list = new ProcessBuilder("sh", "../scripts/list-jdks").start();
        String output = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(list.waitFor()).isZero();
        return Arrays.stream(output.split("\n", -1))
                .map(line -> line.split(" ", 2))
                .filter(words -> words.length == 2 && Integer.parseInt(words[0]) >= 17)
                .map(words -> Path.of(words[1]))
                .toList();
    }
}
