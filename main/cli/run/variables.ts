/** Names of environment variables. */

/** Where a value lies that was put into a file, as docker's images read it. */
export const fileVariable = (variable: string): string => `${variable}_FILE`;

const loaders = /^(?:LD_|DYLD_|GCONV_|PYTHON|PERL5|RUBY|BASH_|NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS)$)/;
const virtualMachines = /^(?:_JAVA_OPTIONS|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|JAVA_HOME|DOTNET_STARTUP_HOOKS)$/;
const git =
  /^GIT_(?:SSH|EXEC_PATH|CONFIG|EDITOR|SEQUENCE_EDITOR|PAGER|ASKPASS|TEMPLATE_DIR|PROXY_COMMAND|EXTERNAL_DIFF|DIR)/;
const shells = /^(?:PATH|ENV|IFS|SHELL|SHELLOPTS|PS4|PROMPT_COMMAND|EDITOR|VISUAL|PAGER|BROWSER|HOME|TMPDIR)$/;
const settingsFiles = /^(?:AWS_CONFIG_FILE|AWS_SHARED_CREDENTIALS_FILE|SSL_CERT_FILE|KUBECONFIG)$/;

/** Whether a variable makes common programs load, run or trust something else. No such list is complete. */
export const steersPrograms = (variable: string): boolean =>
  [loaders, virtualMachines, git, shells, settingsFiles].some((names) => names.test(variable.toUpperCase()));
