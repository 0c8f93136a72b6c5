package io.keepalive.agent;

import java.util.Map;

/**
 * The agent's report for JMX, under {@code io.keepalive:type=Agent}. There from when the program or a management client
 * first asks for the platform's server of management beans.
 *
 * @since 0.1
 */
public interface KeepAliveAgentMXBean {
    /**
     * The settings of the agent.
     *
     * @return one line
     */
    String getSettings();

    /**
     * Connections met since the start, those left alone included, by kind of socket and direction.
     *
     * @return for example {@code SocketChannel opened} and how many
     */
    Map<String, Long> getConnections();

    /**
     * What the program did to options of kept connections, and what came of it.
     *
     * @return texts and how often
     */
    Map<String, Long> getLaterCalls();

    /**
     * Kept connections that were lost.
     *
     * @return cause, confidence, peer and rule, and how often
     */
    Map<String, Long> getLosses();

    /**
     * How kept connections ended, those included that this program or the peer closed.
     *
     * @return names of {@code io.keepalive.loss.LossCause} and how often
     */
    Map<String, Long> getEnds();

    /**
     * What went wrong inside the agent; the program does not notice.
     *
     * @return texts and how often
     */
    Map<String, Long> getFailures();

    /**
     * Classes of which connections are not kept, and why.
     *
     * @return class names and reasons; empty if all are as known
     */
    Map<String, String> getUnhooked();

    /**
     * All of it as text.
     *
     * @return lines
     */
    String getReport();
}
