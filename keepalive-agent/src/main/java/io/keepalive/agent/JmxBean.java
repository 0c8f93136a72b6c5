package io.keepalive.agent;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Apart, so that a JVM without management beans loads nothing of them. */
final class JmxBean {
    private static boolean registering;

    private JmxBean() {}

    /** Called when the program gets the server, and so by itself once more. */
    static synchronized void register(KeepAliveAgentMXBean bean) {
        if (registering) {
            return;
        }
        registering = true;
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            ObjectName name = new ObjectName("io.keepalive:type=Agent");
            if (!server.isRegistered(name)) {
                server.registerMBean(bean, name);
            }
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}
