package io.keepalive.agent;

import io.keepalive.KeepAlive;
import io.keepalive.agent.Rule.Direction;
import io.keepalive.socket.Precedence;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The agent's grammar: clauses, separated by semicolons, or in a file by line ends, with {@code #} for comments.
 *
 * <pre>
 * POLICY | exclude            what connections get for which there is no rule; default: defaults
 * to PEER POLICY | exclude    opened connections; PEER: *, ADDRESS[/BITS], :PORT, ADDRESS[/BITS]:PORT, [IPV6/BITS]:PORT
 * from PEER POLICY | exclude  accepted connections; PORT is the listener's
 * precedence=observe | respect | tighten | enforce
 * file=PATH                   more clauses
 * log=PATH  quiet  strict
 * </pre>
 */
final class SettingsText {
    static final String PROPERTY = "keepalive.agent";
    static final String VARIABLE = "KEEPALIVE_AGENT";

    private static final String STRICT = "strict";

    private final List<Rule> rules = new ArrayList<>();
    private @Nullable Rule otherwise;
    private @Nullable Precedence precedence;
    private @Nullable Path log;
    private boolean quiet;
    private boolean strict;

    /** Files that are being read, so that none includes itself. */
    private final Deque<Path> reading = new ArrayDeque<>();

    private SettingsText() {}

    /** A text, and where it came from. */
    record Source(String origin, String text) {
        /** Whether failure is to end the program; known also where the text, or a file that it names, is wrong. */
        boolean isStrict() {
            return isStrict(text.split(";", -1), 0);
        }

        private static boolean isStrict(String[] clauses, int depth) {
            for (String clause : clauses) {
                String trimmed = clause.trim();
                if (trimmed.equals(STRICT)) {
                    return true;
                }
                if (trimmed.startsWith("file=") && depth < SettingsFile.DEEPEST) {
                    try {
                        Path file =
                                path("file", trimmed.substring("file=".length()).trim());
                        if (isStrict(SettingsFile.clauses(file), depth + 1)) {
                            return true;
                        }
                    } catch (IllegalArgumentException unreadable) {
                        // Nothing in it can ask for anything.
                    }
                }
            }
            return false;
        }
    }

    /** Where the settings are: the first of argument, property and variable that is not empty. */
    static Source source(
            String argument,
            Function<String, @Nullable String> properties,
            Function<String, @Nullable String> variables) {
        if (!argument.isBlank()) {
            return new Source("argument", argument);
        }
        String property = properties.apply(PROPERTY);
        if (property != null && !property.isBlank()) {
            return new Source("system property " + PROPERTY, property);
        }
        String variable = variables.apply(VARIABLE);
        return variable == null ? new Source("defaults", "") : new Source("environment variable " + VARIABLE, variable);
    }

    /**
     * Reads settings.
     *
     * @throws IllegalArgumentException if something is wrong; the message names the place and the fault
     */
    static Settings parse(Source source) {
        SettingsText text = new SettingsText();
        text.readAll(source.origin(), SettingsFile.withoutMark(source.text()).split(";", -1));
        List<Rule> rules = new ArrayList<>(text.rules);
        rules.add(text.otherwise != null ? text.otherwise : otherwise("defaults"));
        Precedence precedence = text.precedence != null ? text.precedence : Precedence.TIGHTEN;
        return new Settings(rules, precedence, text.quiet, text.strict, text.log);
    }

    private void readAll(String origin, String[] clauses) {
        for (String clause : clauses) {
            if (!clause.isBlank()) {
                try {
                    read(clause.trim());
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(origin + ": " + visible(e.getMessage()), e);
                }
            }
        }
    }

    private void read(String clause) {
        String[] words = clause.split("\\s+", 3);
        switch (words[0]) {
            case "to", "from" -> rules.add(rule(clause, words));
            case STRICT -> strict = true;
            case "quiet" -> quiet = true;
            default -> readSetting(clause);
        }
    }

    private void readSetting(String clause) {
        int equals = clause.indexOf('=');
        String value = clause.substring(equals + 1).trim();
        switch (equals < 0 ? "" : clause.substring(0, equals).trim()) {
            case "precedence" -> precedence = once("precedence", precedence, precedence(value));
            case "log" -> log = once("log", log, path("log", value));
            case "file" -> readFile(path("file", value));
            default -> otherwise = once("a policy without 'to' or 'from'", otherwise, otherwise(clause));
        }
    }

    private static <T> T once(String name, @Nullable T before, T now) {
        if (before != null) {
            throw new IllegalArgumentException(name + " twice: '" + before + "' and '" + now + "' (expected: once)");
        }
        return now;
    }

    private void readFile(Path file) {
        Path same = file.toAbsolutePath().normalize();
        if (reading.contains(same)) {
            throw new IllegalArgumentException("file=" + file + " includes itself");
        }
        if (reading.size() >= SettingsFile.DEEPEST) {
            throw new IllegalArgumentException(
                    "file=" + file + " (expected: at most " + SettingsFile.DEEPEST + " files inside one another)");
        }
        reading.push(same);
        readAll(file.toString(), SettingsFile.clauses(file));
        reading.pop();
    }

    /** Shows characters that nobody sees, such as a no-break space, by their number. */
    private static String visible(@Nullable String message) {
        StringBuilder result = new StringBuilder();
        String.valueOf(message).codePoints().forEach(each -> {
            int type = Character.getType(each);
            if (type == Character.FORMAT
                    || type == Character.CONTROL
                    || (type == Character.SPACE_SEPARATOR && each != ' ')) {
                result.append(String.format(Locale.ROOT, "\\u%04x", each));
            } else {
                result.appendCodePoint(each);
            }
        });
        return result.toString();
    }

    private static Path path(String key, String value) {
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(key + ": '" + value + "' (expected: a path)", e);
        }
    }

    private static Precedence precedence(String value) {
        for (Precedence each : Precedence.values()) {
            if (each.name().toLowerCase(Locale.ROOT).equals(value)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                "precedence: '" + value + "' (expected: observe, respect, tighten or enforce)");
    }

    private static Rule otherwise(String policy) {
        try {
            return Rule.of(policy, null, null, 0, policy(policy));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + "; or exclude, to, from, precedence=, file=, log=, quiet, strict", e);
        }
    }

    private static Rule rule(String clause, String[] words) {
        if (words.length < 3) {
            throw new IllegalArgumentException("'" + clause + "' (expected: " + words[0] + " PEER POLICY, for example '"
                    + words[0] + " 10.0.0.0/8:5432 outliving=4m', or exclude for POLICY)");
        }
        String peer = words[1];
        int colon = peer.startsWith("[") ? peer.indexOf("]:") + 1 : portColon(peer);
        String port = colon <= 0 && !peer.startsWith(":") ? "" : peer.substring(colon + 1);
        String range = colon < 0 || port.isEmpty() ? peer : peer.substring(0, colon);
        String address = range.startsWith("[") && range.endsWith("]") ? range.substring(1, range.length() - 1) : range;
        try {
            return Rule.of(
                    clause,
                    Direction.valueOf(words[0].toUpperCase(Locale.ROOT)),
                    address.isEmpty() || address.equals("*") ? null : CidrBlock.parse(address),
                    port.isEmpty() ? 0 : port(port),
                    policy(words[2]));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("rule '" + clause + "': " + e.getMessage(), e);
        }
    }

    /** Of an IPv6 address without brackets no colon begins a port. */
    private static int portColon(String peer) {
        int colon = peer.indexOf(':');
        return colon == peer.lastIndexOf(':') ? colon : -1;
    }

    private static int port(String text) {
        if (text.matches("\\d{1,5}")) {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        }
        throw new IllegalArgumentException("port '" + text + "' (expected: 1 to 65535)");
    }

    private static @Nullable KeepAlive policy(String text) {
        return text.equals("exclude") ? null : Objects.requireNonNull(KeepAlive.parse(text));
    }
}
