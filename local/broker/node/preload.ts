/** What a RabbitMQ with management and Prometheus has loaded once it is up. One that a version does not have is passed over. */
const APPLICATIONS = [
  'rabbit_common,rabbit,rabbitmq_prelaunch,ra,osiris,mnesia,os_mon,recon,observer_cli',
  'rabbitmq_management_agent,rabbitmq_management,rabbitmq_prometheus,prometheus,cowboy,cowlib,ranch,inets',
  'ssl,public_key,asn1,syntax_tools,xmerl,tools,compiler',
].join(',');

/**
 * Flags for Erlang that load RabbitMQ's code several modules at a time, beside its boot. By itself the boot loads a thousand modules
 * one after the other, each looked for in ninety folders, which is half of the 8 s that it takes on two cores. Should this fail, the
 * boot just takes that long.
 *
 * Erlang takes the expression apart at white space and quotes, so it has none.
 */
export const PRELOAD_FLAGS = `-eval spawn(fun()->\
[code:ensure_modules_loaded(\
[list_to_atom(filename:rootname(F))\
||F<-element(2,file:list_dir(filename:join(code:lib_dir(A),ebin))),filename:extension(F)=:=[$.|atom_to_list(beam)]]\
)||A<-[${APPLICATIONS}],is_list(code:lib_dir(A))]\
end).`;
