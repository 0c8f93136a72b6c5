package io.keepalive.agent;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The agent's jar run as a program: brings the agent into a running JVM, prints its report, or takes it out. */
public final class AttachCommand {
    private static final String USAGE = """
            usage: java -jar keepalive-agent.jar PID [SETTINGS]   keeps the connections of a running JVM, open ones too
                   java -jar keepalive-agent.jar PID --report     shows what was done there
                   java -jar keepalive-agent.jar PID --detach     stops; connections stay as they are
            SETTINGS: 'POLICY; to PEER POLICY; from PEER exclude; precedence=observe ...', see docs/agent.md
            """;

    private AttachCommand() {}

    /**
     * Runs it.
     *
     * @param arguments see the usage
     * @return the exit code: 0 if all went well, 1 if not, 2 after wrong usage
     */
    public static int run(String[] arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        String order = words.remove("--report") ? Agent.REPORT : words.remove("--detach") ? Agent.DETACH : "";
        if (words.isEmpty()
                || words.size() > (order.isEmpty() ? 2 : 1)
                || words.stream().anyMatch(word -> word.startsWith("-"))
                || !words.get(0).matches("\\d+")) {
            System.err.print(USAGE);
            return 2;
        }
        try {
            return Attaching.attach(words.get(0), order.isEmpty() && words.size() == 2 ? words.get(1) : order);
        } catch (NoClassDefFoundError e) {
            System.err.println("keepalive-agent: this Java run-time image lacks the module jdk.attach;"
                    + " run it with a whole JDK, or start the program with -javaagent");
            return 1;
        }
    }

    /** Apart: a class that names those of jdk.attach in its catch clauses can't even be verified without them. */
    private static final class Attaching {
        static int attach(String pid, String order) {
            try {
                VirtualMachine machine = VirtualMachine.attach(pid);
                try {
                    if ((order.equals(Agent.REPORT) || order.equals(Agent.DETACH))
                            && machine.getAgentProperties().getProperty(Agent.PRESENT) == null) {
                        System.err.println("keepalive-agent: the agent is not in " + pid
                                + " (expected: a JVM that was started with it or attached to); nothing was changed");
                        return 1;
                    }
                    machine.loadAgent(ownJar(), order);
                    String answer = machine.getAgentProperties()
                            .getProperty(
                                    Agent.ANSWER,
                                    "error: the agent did not start there; the program's standard error says why");
                    System.out.println(pid + ": " + answer);
                    return answer.startsWith("error:") ? 1 : 0;
                } finally {
                    machine.detach();
                }
            } catch (AttachNotSupportedException | IOException e) {
                System.err.println("keepalive-agent: " + pid + " can't be attached to: " + e.getMessage()
                        + MountNamespace.hint(pid)
                                .orElse(" (expected: a running JVM of the same user that was not started with"
                                        + " -XX:+DisableAttachMechanism)"));
            } catch (AgentLoadException | AgentInitializationException e) {
                System.err.println("keepalive-agent: " + pid + " did not take the agent: " + e.getMessage()
                        + MountNamespace.hint(pid)
                                .orElse(" (expected: JDK 17 or newer, with the module java.instrument, without"
                                        + " -XX:-EnableDynamicAgentLoading)"));
            }
            return 1;
        }

        private static String ownJar() throws IOException {
            try {
                return Path.of(AttachCommand.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toAbsolutePath()
                        .toString();
            } catch (URISyntaxException e) {
                throw new IOException(e);
            }
        }
    }
}
