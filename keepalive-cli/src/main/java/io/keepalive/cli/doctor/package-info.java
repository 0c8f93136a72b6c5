/**
 * {@code keepalive doctor}: every TCP connection with a verdict. {@code Examiner} collects facts; {@code VerdictRules},
 * {@code LocalEnds} and {@code Advice} decide from them alone; {@code TextReport} and
 * {@code JsonReport} write. {@code docs/doctor.md} is for its users.
 */
@NullMarked
package io.keepalive.cli.doctor;

import org.jspecify.annotations.NullMarked;
