package io.keepalive.agent;

import io.keepalive.agent.Rule.Direction;
import io.keepalive.socket.Precedence;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the agent.
 *
 * @param rules the first that matches counts; the last one matches everything
 * @param precedence who wins
 * @param quiet whether nothing is to be written but failures
 * @param strict whether a program is not to start where the agent can't
 * @param log where to write instead of standard error; null for there
 */
record Settings(
        List<Rule> rules,
        Precedence precedence,
        boolean quiet,
        boolean strict,
        @Nullable Path log) {
    Settings {
        rules = List.copyOf(rules);
    }

    /** The rule of a connection. */
    Rule rule(Direction direction, @Nullable InetAddress peer, int port) {
        for (Rule rule : rules) {
            if (rule.matches(direction, peer, port)) {
                return rule;
            }
        }
        throw new AssertionError("the last rule matches everything");
    }

    /** The rule of all connections of that direction and port; null if it depends on the peer. */
    @Nullable
    Rule commonRule(Direction direction, int port) {
        for (Rule rule : rules) {
            if (rule.mayMatch(direction, port)) {
                return rule.peers() == null ? rule : null;
            }
        }
        throw new AssertionError("the last rule matches everything");
    }

    /** These settings on one line. */
    @Override
    public String toString() {
        Rule last = rules.get(rules.size() - 1);
        return last + ", precedence " + precedence
                + (rules.size() == 1 ? "" : ", " + (rules.size() - 1) + (rules.size() == 2 ? " rule" : " rules"));
    }
}
