package io.keepalive.socket;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.ObjectName;

/** Registers {@link KeepAliveStatistics} where the system property {@code keepalive.jmx} is true. */
final class StatisticsBean {
    static final String PROPERTY = "keepalive.jmx";
    static final String NAME = "io.keepalive:type=Statistics";

    private static final AtomicBoolean ASKED = new AtomicBoolean();

    private StatisticsBean() {}

    /** Looks at the property once in a JVM. Never throws, since a connection is worth more than a bean. */
    static void registerIfAsked() {
        if (!ASKED.get() && Boolean.getBoolean(PROPERTY) && ASKED.compareAndSet(false, true)) {
            register();
        }
    }

    @SuppressWarnings("CatchingUnchecked") // the image may lack java.management
    private static void register() {
        try {
            ManagementFactory.getPlatformMBeanServer().registerMBean(KeepAliveStatistics.get(), new ObjectName(NAME));
        } catch (InstanceAlreadyExistsException e) {
            // The program has registered it itself.
        } catch (Throwable e) {
            System.getLogger("io.keepalive.socket")
                    .log(System.Logger.Level.WARNING, PROPERTY + ": the bean can't be registered: " + e);
        }
    }
}
