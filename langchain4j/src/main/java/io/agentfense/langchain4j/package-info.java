/** A sandbox for LangChain4j: its tools, and the execution of code. */
@NullMarked
package io.agentfense.langchain4j;

import org.jspecify.annotations.NullMarked;
