package io.keepalive.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the package's documentation are numbered 1 to 12, and each is cited by the tests that prove it. */
class RulesTest {
    private static final Path MAIN = Path.of("src/main/java/io/keepalive/heartbeat/package-info.java");
    private static final Path TESTS = Path.of("src/test/java/io/keepalive");

    @Test
    void packageInfo_hasTwelveRules() throws IOException {
        assertThat(Files.readString(MAIN).split("<li>", -1)).hasSize(12 + 1);
    }

    @Test
    void tests_citeEveryRule() throws IOException {
        Map<Integer, Set<String>> cited = new TreeMap<>();
        try (Stream<Path> files = Files.walk(TESTS)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
                Matcher rules = Pattern.compile("\\b[Rr]ules? ([0-9]+(?:(?:, | and )[0-9]+)*)")
                        .matcher(Files.readString(file));
                while (rules.find()) {
                    for (String number : rules.group(1).split(", | and ", -1)) {
                        cited.computeIfAbsent(Integer.valueOf(number), key -> new TreeSet<>())
                                .add(file.getFileName().toString());
                    }
                }
            }
        }
        System.out.println("Rules and their tests: " + cited);
        assertThat(cited.keySet()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    }
}
