package io.keepalive.cli.doctor;

import io.keepalive.cli.linux.NamespaceSockets;
import java.util.List;

/**
 * All that doctor found.
 *
 * @param connections the most urgent first
 * @param limitations what could not be seen and why, a line each
 */
record Examination(
        PathGoal path,
        List<Judged> connections,
        List<ListenerFacts> listeners,
        List<NamespaceSockets> namespaces,
        List<String> limitations) {}
