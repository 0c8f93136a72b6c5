package io.keepalive.heartbeat;

/** Seeds of random tests: always the same, unless {@code -Dtest.seed=random} or a number is given. Printed if not the default. */
public final class Seeds {
    private static final long FIXED = 20261127;

    private Seeds() {}

    public static long next() {
        String text = System.getProperty("test.seed", String.valueOf(FIXED));
        long seed = text.equals("random") ? System.nanoTime() : Long.parseLong(text);
        if (seed != FIXED) {
            System.out.println("test.seed " + seed);
        }
        return seed;
    }
}
