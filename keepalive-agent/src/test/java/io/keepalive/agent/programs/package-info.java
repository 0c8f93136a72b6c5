/** Programs that know nothing of the agent; the tests start them in JVMs of their own. */
package io.keepalive.agent.programs;
