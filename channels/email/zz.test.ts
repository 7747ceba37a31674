import { createHmac } from 'node:crypto'
import { channelContract } from '../channel-contract.ts'
import { chat } from '../chat/index.ts'
import { signClaim } from '../chat/identify.ts'
import { Value } from 'typebox/value'
import { ChannelError, defineChannel } from '../channel.ts'
import { Type } from 'typebox'
import { field } from '../settings.ts'
const secret='s'.repeat(40)
const account={id:'a',name:'n',signingKey:'kkkkkkkkkkkkkk',settings:Value.Default(chat.settings,{identitySecret:secret,origins:['https://bank.example']}) as never}
const now=new Date('2026-05-04T12:00:00Z')
const c:any={id:'u1',name:'Awa',email:'awa@x.example',issuedAt:Math.floor(now.getTime()/1000)}
c.signature=signClaim(secret,'a',c)
channelContract(chat,{account:()=>account,visitor:{claim:c,now,admitted:'https://bank.example',foreign:'https://evil.example'}})
const hook=defineChannel({name:'email',medium:'social',point:'x',settings:Type.Object({apiToken:field(Type.String({default:''}),{label:{en:'a',fr:'b'},group:'g',secret:true,control:'password'})}),abilities:{html:false,subject:false,typing:false,receipts:true,undoMs:0,attachments:null,maxText:100},
 receive(r,a){const b=Buffer.from(r.rawBody).toString();if(r.headers['x-sig']!==createHmac('sha256',a.signingKey).update(b).digest('hex'))throw new ChannelError('rejected','no');let j:any;try{j=JSON.parse(b)}catch{throw new ChannelError('refused','bad')};return [{kind:'message',address:j.from,externalId:j.id,text:j.text}]}})
const req=(b:string,k='k2')=>({headers:{'x-sig':createHmac('sha256',k).update(b).digest('hex')},query:{},rawBody:Buffer.from(b)})
channelContract(hook,{account:()=>({id:'a',name:'n',signingKey:'k2',settings:{apiToken:'t'}}),webhook:{message:req('{"from":"x","id":"1","text":"hi"}'),forged:[req('{}','bad'),{...req('{}'),headers:{}}],garbage:[req('nonsense')]}})
