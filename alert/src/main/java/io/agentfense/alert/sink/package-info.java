/** Where alerts are told. A receiver that is slow or dead keeps neither the evaluator nor another receiver waiting. */
@NullMarked
package io.agentfense.alert.sink;

import org.jspecify.annotations.NullMarked;
