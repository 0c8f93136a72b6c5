package io.keepalive.socket;

import java.util.concurrent.atomic.AtomicBoolean;

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

    /** By reflection, so that this library needs no module java.management where the bean is not wanted. */
    @SuppressWarnings("CatchingUnchecked") // the image may lack the module
    private static void register() {
        try {
            Object server = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getPlatformMBeanServer")
                    .invoke(null);
            Class<?> nameType = Class.forName("javax.management.ObjectName");
            Object name = nameType.getConstructor(String.class).newInstance(NAME);
            Class.forName("javax.management.MBeanServer")
                    .getMethod("registerMBean", Object.class, nameType)
                    .invoke(server, KeepAliveStatistics.get(), name);
        } catch (Throwable e) {
            // A program may have registered it itself: no error.
            if (!String.valueOf(e.getCause()).contains("InstanceAlreadyExistsException")) {
                System.getLogger("io.keepalive.socket")
                        .log(System.Logger.Level.WARNING, PROPERTY + ": the bean can't be registered: " + e);
            }
        }
    }
}
