package io.keepalive.cli.probe;

/**
 * How often a connection ends by chance: estimated from votes that disagree, so that a clean path is measured quickly and
 * a noisy one with more votes.
 *
 * @param votes all votes so far
 * @param minority those that were outvoted at their length
 */
record Noise(int votes, int minority) {
    /** One vote in a hundred is wrong until there is evidence. */
    private static final double PRIOR_VOTES = 100;

    /** The chance that a decision is wrong: 10,000 measurements with ten decisions each see one in ten such runs. */
    private static final double WRONG = 1e-6;

    private static final double WORST = 0.4;

    /** How many votes the majority must have above the minority to decide about a length. */
    int margin(int votesPerRound) {
        double rate = Math.min(WORST, (1 + minority) / (PRIOR_VOTES + votes));
        int margin = (int) Math.ceil(Math.log(1 / WRONG) / Math.log((1 - rate) / rate));
        // Fewer votes a round are the user's choice; they are accepted as long as nothing contradicts them.
        return minority == 0 ? Math.min(margin, votesPerRound) : margin;
    }
}
