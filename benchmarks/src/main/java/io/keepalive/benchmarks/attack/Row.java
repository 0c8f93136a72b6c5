package io.keepalive.benchmarks.attack;

/**
 * A row of the table.
 *
 * @param name by which it is run alone
 * @param what is done
 * @param scenario does it
 */
record Row(String name, String what, Scenario scenario) {
    /** Disturbs connections, and counts what that cost them. */
    interface Scenario {
        void run(Tally tally) throws Exception;
    }
}
